//! Photon attenuation, beams and transmission.
