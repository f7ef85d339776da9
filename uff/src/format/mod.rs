//! The UFF file: model to HDF5 and back.
