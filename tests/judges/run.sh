#!/usr/bin/env bash
# Lets judges that no one here wrote look at what the command writes: h5py, hashlib, h5dump and xmllint at the files,
# jsonschema at the JSON, NumPy at the arrays, xraylib, xraydb and gVirtualXray at the physics, golang.org/x/mod/sumdb at the
# custody log. A judge that is not installed is named as SKIPPED.
#
# Usage: tests/judges/run.sh path/to/uff [python with the packages of requirements.txt]
set -euo pipefail
uff=$(realpath "$1")
python=$(command -v "${2:-python3}")
case $python in /*) ;; *) python=$PWD/$python ;; esac
cd "$(dirname "$0")/../.."
here=tests/judges
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export UFF_PROFILES=samples/profiles
failed=0

files=()
for sample in samples/*/delivery; do
    name=$(basename "$(dirname "$sample")")
    for version in 3 2; do
        file=$work/$name-v$version.uff
        "$uff" convert --quiet --metadata "$version" -o "$file" "$sample" >/dev/null
        files+=("$file")
    done
    # Material needs a pair of energies.
    if "$uff" convert --quiet --material -o "$work/$name-material.uff" "$sample" >/dev/null 2>"$work/error"; then
        files+=("$work/$name-material.uff")
    else
        grep -q 'material.not_measurable' "$work/error" || { cat "$work/error"; exit 1; }
    fi
    "$uff" convert --quiet --level 6 --no-overviews -o "$work/$name-again.uff" "$sample" >/dev/null
    "$uff" convert --quiet -o "$work/$name-twice.uff" "$sample" >/dev/null
    cmp "$work/$name-v3.uff" "$work/$name-twice.uff"
    files+=("$work/$name-again.uff")
done
[ ${#files[@]} -ge 12 ] || { echo "only ${#files[@]} files were written: are the samples there?"; exit 1; }
if "$python" -c 'import h5py, numpy' 2>/dev/null; then
    "$python" $here/hdf5_judge.py schemas "${files[@]}" || failed=1
else
    echo "h5py, h5dump, xmllint SKIPPED: no Python with h5py and NumPy"
fi

# Arrays and originals that are extracted, against the file as h5py reads it and the delivery itself.
for sample in samples/*/delivery; do
    name=$(basename "$(dirname "$sample")")
    "$uff" extract --quiet --into "$work/$name" "$work/$name-v3.uff" >/dev/null
    diff -r "$sample" "$work/$name/originals" && echo "$name: cmp agrees with every original"
    if "$python" -c 'import h5py, numpy' 2>/dev/null; then
        "$python" $here/array_judge.py "$work/$name-v3.uff" "$work/$name" || failed=1
    fi
done

# Other formats, as the software of others reads them.
if "$python" -c 'import h5py, PIL, tifffile' 2>/dev/null; then
    for name in orsolvik-truck parcel-160kv tessaline-portal quarrel-x300; do
        mkdir -p "$work/images-$name"
        for format in tiff png npy; do
            "$uff" convert --quiet --to $format -o "$work/export" --force "$work/$name-v3.uff" >/dev/null 2>"$work/error" \
                || grep -q 'export.unsupported' "$work/error" || { cat "$work/error"; failed=1; continue; }
            mkdir -p "$work/images-$name/$format"
            if [ -d "$work/export" ]; then
                mv "$work/export"/* "$work/images-$name/$format/"
            elif [ -f "$work/export" ]; then
                mv "$work/export" "$work/images-$name/$format/scan.tif"
            fi
            rm -rf "$work/export" "$work/export.losses.json"
        done
        "$python" $here/image_judge.py "$work/$name-v3.uff" "$work/images-$name" || failed=1
    done
else
    echo "tifffile, Pillow SKIPPED: not installed"
fi
if "$python" -c 'import h5py, pydicom' 2>/dev/null; then
    for name in orsolvik-truck-v3 orsolvik-truck-material kestrane-container-v3 palmar-handheld-v3; do
        "$uff" convert --quiet --to dicos -o "$work/dicos-$name" "$work/$name.uff" >/dev/null
        mkdir -p "$work/dicos-folder-$name"
        if [ -d "$work/dicos-$name" ]; then mv "$work/dicos-$name"/* "$work/dicos-folder-$name/"; else
            mv "$work/dicos-$name" "$work/dicos-folder-$name/scan.dcs"; fi
        "$python" $here/dicom_judge.py "$work/$name.uff" "$work/dicos-folder-$name" || failed=1
    done
    # A stack of slices that pydicom made, there and back.
    "$python" $here/dicom_volume.py "$work/volume.dcs"
    "$uff" convert --quiet -o "$work/volume.uff" "$work/volume.dcs" >/dev/null
    mkdir -p "$work/volume-again"
    "$uff" convert --quiet --to dicos -o "$work/volume-again/stack.dcs" "$work/volume.uff" >/dev/null
    "$python" $here/dicom_judge.py "$work/volume.uff" "$work/volume-again" || failed=1
else
    echo "pydicom SKIPPED: not installed"
fi
if "$python" -c 'import h5py, imagecodecs, pydicom' 2>/dev/null; then
    mkdir -p "$work/codecs"
    "$python" $here/codec_judge.py "$uff" "$work/codecs" || failed=1
else
    echo "imagecodecs SKIPPED: not installed"
fi

# Cross sections and beams, against the tables and the ray tracer of others.
if "$python" -c 'import numpy, xraydb, xraylib' 2>/dev/null; then
    "$python" $here/physics_judge.py "$uff" || failed=1
else
    echo "xraylib, xraydb, gVirtualXray SKIPPED: not installed"
fi

# What is printed with --json, against its schema.
judge_json() {
    local schema=$1
    shift
    local status=0
    "$uff" "$@" --json --quiet >"$work/lines.json" 2>/dev/null || status=$?
    case $status in 0 | 1 | 2 | 23) ;; *) echo "uff $*: status $status"; failed=1 ;; esac
    "$python" $here/json_judge.py "uff ${*//$work\//}" "schemas/$schema.schema.json" <"$work/lines.json" || failed=1
}
if "$python" -c 'import jsonschema' 2>/dev/null; then
    truck=$work/orsolvik-truck-v3.uff
    archive=$work/archive
    judge_json cli-convert convert samples/*/delivery --by-id --into "$work/json"
    judge_json cli-info info "${files[@]}" "$work/none.uff"
    judge_json validation-report validate "${files[@]}"
    judge_json cli-render render "$truck" --palette material -o "$work/truck.png"
    judge_json cli-materials materials
    judge_json cli-materials materials steel --energy 100keV,6MeV --beam 160kV,9MeV --thickness 20mm,40g/cm2
    judge_json cli-analyze analyze "$truck" --roi 141,443,72,8
    judge_json cli-extract extract "$truck" --into "$work/extracted"
    judge_json cli-synth synth
    judge_json cli-synth synth steps --rows 40 --columns 60 --rays 1 --into "$work/steps"
    judge_json cli-profile profile list
    judge_json cli-profile profile check orsolvik-portal samples/orsolvik-truck/delivery
    judge_json cli-profile profile explain kestrane-line samples/kestrane-container/delivery
    judge_json cli-archive archive init -a "$archive"
    judge_json cli-archive archive put -a "$archive" "$truck" --delivery samples/orsolvik-truck/delivery --receipts "$work/receipts"
    judge_json cli-archive archive search -a "$archive"
    judge_json cli-archive archive show -a "$archive" nowhere
    judge_json cli-archive archive get -a "$archive" "AB 4821-7" --region 0,0,16,16 -o "$work/region.npy"
    judge_json cli-archive archive calibration "$truck" -a "$archive"
    judge_json cli-archive archive verify -a "$archive"
    judge_json cli-archive archive reindex -a "$archive"
    judge_json cli-archive archive sweep -a "$archive"
    judge_json cli-audit audit key -a "$archive"
    judge_json cli-audit audit log -a "$archive"
    judge_json cli-audit audit prove 1 -a "$archive" -o "$work/entry.tlog-proof"
    judge_json cli-audit audit verify "$work/entry.tlog-proof" "$work/receipts"/*.tlog-proof "$work/none" -a "$archive"
    judge_json cli-audit audit witness -a "$archive" --key "$("$uff" audit key --quiet -a "$archive")" --signer "$work/w.key" --name w "$work/seen"
    judge_json cli-schema schema
    judge_json cli-demo demo --into "$work/demo"
    judge_json cli-failure info "$work/none.uff"
else
    echo "jsonschema SKIPPED: not installed"
fi

# The custody log, as the Go project's implementation of the same trees, proofs and notes sees it: over the border of a tile.
gopath=/usr/share/gocode
if command -v go >/dev/null && [ -d $gopath/src/golang.org/x/mod/sumdb/tlog ]; then
    shelf=$work/shelf
    "$uff" archive init --quiet -a "$shelf" >/dev/null
    scan=$("$uff" archive put --quiet -a "$shelf" "$work/orsolvik-truck-v3.uff" --receipts "$work/shelf-receipts")
    for _ in $(seq 1 270); do "$uff" archive verify --quiet -a "$shelf" "$scan" >/dev/null; done
    "$uff" audit prove --quiet -a "$shelf" 255 -o "$work/shelf-receipts/255.tlog-proof" >/dev/null
    key=$("$uff" audit key --quiet -a "$shelf")
    env -u GOFLAGS GO111MODULE=off GOPATH=$gopath GOCACHE="$work/go" go build -o "$work/log_judge" $here/log_judge.go
    "$work/log_judge" "$shelf/log" "$key" "$work/shelf-receipts"/*.tlog-proof || failed=1
    # A judge that accepts everything would prove nothing.
    printf 'x' | dd of="$shelf/log/tile/entries/000" bs=1 seek=1000 conv=notrunc status=none
    ! "$work/log_judge" "$shelf/log" "$key" >"$work/error" || { echo "a changed entry was accepted"; failed=1; }
else
    echo "golang.org/x/mod/sumdb SKIPPED: no Go with golang-golang-x-mod-dev"
fi
exit $failed
