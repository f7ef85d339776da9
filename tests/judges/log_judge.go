// Judges a custody log with the implementation of the Go project (golang.org/x/mod/sumdb: tlog, note), which has the
// same hashes, proofs and notes: the signature of the checkpoint, the root out of the tiles, every entry by its own
// proof, and that the tree continues each smaller one.
//
// Usage: log_judge LOG-DIRECTORY VERIFIER-KEY PROOF...
package main

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func fail(format string, values ...interface{}) {
	fmt.Printf("log judge: "+format+"\n", values...)
	os.Exit(1)
}

func check(err error, what string) {
	if err != nil {
		fail("%s: %v", what, err)
	}
}

// A directory of tiles. Paths of tlog-tiles are those of Go's tiles without the height, which is always 8.
type directory string

func (d directory) Height() int { return 8 }

func (d directory) read(path string) ([]byte, error) {
	data, err := os.ReadFile(filepath.Join(string(d), path))
	if err != nil {
		if cut := strings.Index(path, ".p/"); cut >= 0 {
			return os.ReadFile(filepath.Join(string(d), path[:cut]))
		}
	}
	return data, err
}

func (d directory) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range tiles {
		data, err := d.read(strings.Replace(tile.Path(), "tile/8/", "tile/", 1))
		if err != nil {
			return nil, err
		}
		if len(data) > tile.W*tlog.HashSize {
			data = data[:tile.W*tlog.HashSize]
		}
		all = append(all, data)
	}
	return all, nil
}

func (d directory) SaveTiles([]tlog.Tile, [][]byte) {}

// Opens a checkpoint: the tree that the key signs. Other signatures are those of witnesses.
func open(message []byte, verifier note.Verifier) tlog.Tree {
	signed, err := note.Open(message, note.VerifierList(verifier))
	check(err, "checkpoint")
	lines := strings.SplitN(signed.Text, "\n", 4)
	if len(lines) < 4 || lines[0] != verifier.Name() {
		fail("the checkpoint is of %q", lines[0])
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	check(err, "size")
	hash, err := tlog.ParseHash(lines[2])
	check(err, "root")
	return tlog.Tree{N: size, Hash: hash}
}

// Checks a proof that stands alone; gives the tree that it is under.
func proof(text string, verifier note.Verifier) tlog.Tree {
	parts := strings.SplitN(text, "\n\n", 2)
	lines := strings.Split(parts[0], "\n")
	if len(parts) != 2 || len(lines) < 3 || lines[0] != "c2sp.org/tlog-proof@v1" {
		fail("not a proof")
	}
	entry, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(lines[1], "extra "))
	check(err, "extra")
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[2], "index "), 10, 64)
	check(err, "index")
	var path tlog.RecordProof
	for _, line := range lines[3:] {
		hash, err := tlog.ParseHash(line)
		check(err, "path")
		path = append(path, hash)
	}
	tree := open([]byte(parts[1]), verifier)
	check(tlog.CheckRecord(path, tree.N, tree.Hash, index, tlog.RecordHash(entry)), "proof")
	return tree
}

func main() {
	if len(os.Args) < 3 {
		fail("usage: log_judge LOG-DIRECTORY VERIFIER-KEY PROOF...")
	}
	log := directory(os.Args[1])
	verifier, err := note.NewVerifier(os.Args[2])
	check(err, "key")
	signed, err := log.read("checkpoint")
	check(err, "checkpoint")
	tree := open(signed, verifier)
	hashes := tlog.TileHashReader(tree, log)

	var entries int64
	for bundle := int64(0); bundle*256 < tree.N; bundle++ {
		path := strings.Replace(tlog.Tile{H: 8, L: -1, N: bundle, W: 256}.Path(), "tile/8/data/", "tile/entries/", 1)
		if rest := tree.N - bundle*256; rest < 256 {
			path += ".p/" + strconv.FormatInt(rest, 10)
		}
		data, err := log.read(path)
		check(err, path)
		for len(data) >= 2 && entries < tree.N {
			length := int(binary.BigEndian.Uint16(data)) + 2
			if len(data) < length {
				fail("%s ends in the middle of an entry", path)
			}
			record, err := tlog.ProveRecord(tree.N, entries, hashes)
			check(err, "path of an entry")
			leaf := tlog.RecordHash(data[2:length])
			check(tlog.CheckRecord(record, tree.N, tree.Hash, entries, leaf), fmt.Sprintf("entry %d", entries))
			data = data[length:]
			entries++
		}
	}
	if entries != tree.N {
		fail("%d entries, the checkpoint signs %d", entries, tree.N)
	}
	for _, file := range os.Args[3:] {
		text, err := os.ReadFile(file)
		check(err, file)
		older := proof(string(text), verifier)
		continuation, err := tlog.ProveTree(tree.N, older.N, hashes)
		check(err, file)
		check(tlog.CheckTree(continuation, tree.N, tree.Hash, older.N, older.Hash), file)
	}
	fmt.Printf("golang.org/x/mod/sumdb agrees with %d entries, the checkpoint and %d proofs\n", entries, len(os.Args)-3)
}
