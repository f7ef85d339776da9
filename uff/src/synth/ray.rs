//! Rays from the source to the detector.
//!
//! Frame: x along the scan, y across (from the source to the detector), z up, in mm; the origin lies on the ground
//! below the edge of column 0.

/// Point or direction [x, y, z], mm.
pub(super) type Vector = [f64; 3];

/// Scalar product.
pub(super) fn dot(a: &Vector, b: &Vector) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

/// Straight line from the source to a detector element.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Ray {
    /// Where it starts, mm.
    pub(super) origin: Vector,
    /// Unit vector.
    pub(super) direction: Vector,
    /// Distance to the detector, mm.
    pub(super) length: f64,
}
