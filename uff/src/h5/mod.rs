//! The HDF5 container.
