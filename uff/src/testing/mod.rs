//! Phantoms, sample writers and the suites every reader must pass.
