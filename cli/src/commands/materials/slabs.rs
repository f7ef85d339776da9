//! Slabs of the material in the usual beams of scanners.

use uff::physics::Beam;
use uff::physics::Material;
use uff::units::ArealDensity;

use crate::commands::energy_arg::EnergyArg;
use crate::commands::thickness_arg::ThicknessArg;
use crate::error::{Error, Result};
use crate::ui::{Align, Table};
use crate::wire::{BeamBin, BeamInfo, SlabInfo};

/// Areal densities in g/cm² shown where none are asked for: 5 to 250 mm of steel.
const USUAL: [f64; 6] = [4.0, 10.0, 25.0, 50.0, 100.0, 200.0];

/// Returns what the usual beam of each end-point energy leaves behind slabs of the material.
///
/// # Errors
/// `usage` for a length of a material whose density is unknown; `physics.range` for an energy that no source has.
pub(super) fn behind(material: &Material, beams: &[EnergyArg], slabs: &[ThicknessArg]) -> Result<Vec<BeamInfo>> {
    let densities = match slabs {
        [] => USUAL.into_iter().map(|value| Ok(ArealDensity::new(value)?)).collect::<Result<Vec<_>>>()?,
        some => some.iter().map(|slab| areal_density(material, *slab)).collect::<Result<_>>()?,
    };
    beams.iter().map(|energy| one(material, &Beam::usual(energy.0)?, &densities)).collect()
}

fn areal_density(material: &Material, slab: ThicknessArg) -> Result<ArealDensity> {
    match (slab, material.density()) {
        (ThicknessArg::Mass(mass), _) => Ok(mass),
        (ThicknessArg::Length(length), Some(density)) => Ok(ArealDensity::new(length.get() / 10.0 * density)?),
        (ThicknessArg::Length(length), None) => Err(Error::usage(
            format!("the density of {} is unknown, so {length} of it have no known mass", material.name()),
            "Name the mass per area, as in 40g/cm2, or a material of `uff materials`.",
        )),
    }
}

fn one(material: &Material, beam: &Beam, slabs: &[ArealDensity]) -> Result<BeamInfo> {
    let absorber = beam.absorber(material)?;
    let slab = |lambda: &ArealDensity| {
        let (alpha, _) = beam.alpha_and_slope(&absorber, lambda.get());
        SlabInfo {
            areal_density: lambda.get(),
            thickness: material.density().map(|density| 10.0 * lambda.get() / density),
            alpha,
            transmission: (-alpha).exp(),
        }
    };
    Ok(BeamInfo {
        energy: beam.nominal().get(),
        mean_energy: beam.mean_energy(),
        slabs: slabs.iter().map(slab).collect(),
        signal: beam.bins().map(|(energy, share)| BeamBin { energy, share }).collect(),
    })
}

/// Lays out slabs below each other, beams side by side.
pub(super) fn table(beams: &[BeamInfo]) -> Table {
    let heads: Vec<String> = beams.iter().flat_map(|b| [format!("α {}", name(b)), "passing".to_owned()]).collect();
    let ahead = [("g/cm²", Align::Right), ("mm", Align::Right)];
    let columns: Vec<(&str, Align)> =
        ahead.into_iter().chain(heads.iter().map(|head| (head.as_str(), Align::Right))).collect();
    let mut table = Table::new(&columns);
    let slabs = beams.first().map_or(&[][..], |beam| &beam.slabs);
    for (i, slab) in slabs.iter().enumerate() {
        let mut row = vec![super::significant(Some(slab.areal_density)), super::significant(slab.thickness)];
        for slab in beams.iter().filter_map(|beam| beam.slabs.get(i)) {
            row.extend([format!("{:.4}", slab.alpha), format!("{:.3e}", slab.transmission)]);
        }
        table.row(row);
    }
    table
}

/// Names a beam by its end point as scanners do.
pub(super) fn name(beam: &BeamInfo) -> String {
    if beam.energy < 1000.0 { format!("{} kV", beam.energy) } else { format!("{} MeV", beam.energy / 1000.0) }
}
