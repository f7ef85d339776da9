//! `uff materials`: the catalogue of materials, their attenuation, and what beams of scanners leave behind slabs of them.

mod slabs;

use clap::Args as ClapArgs;
use uff::physics::KnownMaterial;
use uff::physics::Material;
use uff::units::Energy;

use crate::commands::Context;
use crate::commands::energy_arg::EnergyArg;
use crate::commands::thickness_arg::ThicknessArg;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::ui::{Align, Style, Table};
use crate::wire::{AttenuationInfo, ElementShare, MaterialInfo, MaterialsLine, Version};

/// Photon energies in keV shown where none are asked for: tubes, then accelerators.
const USUAL_ENERGIES: [f64; 7] = [60.0, 100.0, 160.0, 662.0, 1000.0, 3000.0, 6000.0];

/// Arguments of `uff materials`.
#[derive(Debug, ClapArgs)]
pub struct Args {
    /// Material to describe, by name or chemical formula; without one, all are listed
    #[arg(value_name = "NAME")]
    name: Option<String>,
    /// Photon energies of the attenuation, such as 60keV,6MeV
    #[arg(long, value_name = "ENERGY", value_delimiter = ',', requires = "name")]
    energy: Vec<EnergyArg>,
    /// End-point energies of scanners, such as 160kV or 9MeV,6MeV: what their usual beams leave behind slabs
    #[arg(long, value_name = "ENERGY", value_delimiter = ',', requires = "name")]
    beam: Vec<EnergyArg>,
    /// Slabs for --beam, such as 20mm,5cm,40g/cm2
    #[arg(long, value_name = "THICKNESS", value_delimiter = ',', requires = "beam")]
    thickness: Vec<ThicknessArg>,
}

/// Lists the materials, or describes one.
///
/// # Errors
/// `usage` for a name that is neither known nor a formula, or a length of matter of unknown density; `physics.range` for
/// an energy outside 10 keV to 20 MeV, or a beam that no scanner has.
pub fn run(args: &Args, context: &Context) -> Result<Exit> {
    let Some(name) = &args.name else { return list(context) };
    let known = KnownMaterial::find(name);
    let material = match known {
        Some(known) => known.material()?,
        None => Material::from_formula(name).map_err(|_| {
            let hint = "List the materials with `uff materials`; a formula is written as in C2H4 or Al2(SO4)3.";
            Error::usage(format!("{name:?} is neither a known material nor a chemical formula"), hint)
        })?,
    };
    let energies = match args.energy.as_slice() {
        [] => USUAL_ENERGIES.into_iter().map(Energy::new).collect::<uff::Result<_>>()?,
        some => some.iter().map(|e| e.0).collect::<Vec<_>>(),
    };
    let mut info = info(&material, known);
    info.attenuation = energies.into_iter().map(|e| attenuation(&material, e)).collect::<uff::Result<_>>()?;
    info.beams = slabs::behind(&material, &args.beam, &args.thickness)?;
    if context.ui.wants_json() {
        context.ui.json(&MaterialsLine::Material(info))?;
    } else {
        tell(&info, context)?;
    }
    Ok(Exit::Good)
}

fn list(context: &Context) -> Result<Exit> {
    let mut table = Table::new(&[
        ("name", Align::Left),
        ("group", Align::Left),
        ("g/cm³", Align::Right),
        ("Z kV", Align::Right),
        ("Z MV", Align::Right),
        ("title", Align::Left),
    ]);
    for known in KnownMaterial::all() {
        let info = info(&known.material()?, Some(known));
        if context.ui.wants_json() {
            context.ui.json(&MaterialsLine::Material(info))?;
            continue;
        }
        table.row([
            info.name,
            known.group().name().to_owned(),
            info.density.map(|d| d.to_string()).unwrap_or_default(),
            format!("{:.1}", info.z_kilovolt),
            format!("{:.1}", info.z_megavolt),
            known.title().to_owned(),
        ]);
    }
    if !context.ui.wants_json() {
        context.ui.data(table)?;
    }
    Ok(Exit::Good)
}

fn info(material: &Material, known: Option<KnownMaterial>) -> MaterialInfo {
    let share = |(element, share): &(uff::physics::Element, f64)| ElementShare {
        element: element.symbol().to_owned(),
        share: *share,
    };
    MaterialInfo {
        version: Version,
        name: material.name().to_owned(),
        title: known.map(|k| k.title().to_owned()),
        group: known.map(|k| k.group().name().to_owned()),
        density: material.density(),
        source: known.map(|k| k.source().to_owned()),
        composition: material.mass_fractions().iter().map(share).collect(),
        z_over_a: material.z_over_a(),
        z_kilovolt: material.effective_z_power(),
        z_megavolt: material.effective_z_megavolt(),
        attenuation: Vec::new(),
        beams: Vec::new(),
    }
}

fn attenuation(material: &Material, energy: Energy) -> uff::Result<AttenuationInfo> {
    let a = material.attenuation(energy)?;
    let half_value_layer = std::f64::consts::LN_2 / a.total();
    Ok(AttenuationInfo {
        energy: energy.get(),
        total: a.total(),
        coherent: a.coherent,
        incoherent: a.incoherent,
        photoelectric: a.photoelectric,
        pair: a.pair,
        absorbed: a.absorbed,
        half_value_layer,
        half_value_thickness: material.density().map(|density| 10.0 * half_value_layer / density),
    })
}

fn tell(info: &MaterialInfo, context: &Context) -> Result<()> {
    let ui = &context.ui;
    ui.data(ui.paint(Style::Heading, format_args!("{}", info.title.as_ref().unwrap_or(&info.name))))?;
    let shares: Vec<String> =
        info.composition.iter().map(|part| format!("{} {:.2} %", part.element, 100.0 * part.share)).collect();
    let mut facts = vec![("composition", shares.join(", "))];
    facts.extend(info.density.map(|density| ("density", format!("{density} g/cm³"))));
    facts.push((
        "Z effective",
        format!("{:.2} below 300 keV, {:.2} for megavolt beams", info.z_kilovolt, info.z_megavolt),
    ));
    facts.push(("Z/A", format!("{:.4} mol/g", info.z_over_a)));
    facts.extend(info.group.as_ref().map(|group| ("group", group.clone())));
    facts.extend(info.source.as_ref().map(|source| ("source", source.clone())));
    for (label, value) in facts {
        ui.data(format_args!("  {label:<12} {value}"))?;
    }
    let mut table = Table::new(&[
        ("keV", Align::Right),
        ("µ/ρ cm²/g", Align::Right),
        ("coherent", Align::Right),
        ("incoherent", Align::Right),
        ("photo", Align::Right),
        ("pair", Align::Right),
        ("half g/cm²", Align::Right),
        ("half mm", Align::Right),
    ]);
    for a in &info.attenuation {
        let parts = [a.total, a.coherent, a.incoherent, a.photoelectric, a.pair].map(|value| format!("{value:.3e}"));
        let half = [Some(a.half_value_layer), a.half_value_thickness].map(significant);
        table.row([vec![a.energy.to_string()], parts.to_vec(), half.to_vec()].concat());
    }
    ui.data(format_args!("\n{}", ui.paint(Style::Heading, "Attenuation of a narrow beam of one energy")))?;
    ui.data(&table)?;
    if info.beams.is_empty() {
        return Ok(());
    }
    ui.data(format_args!(
        "\n{}",
        ui.paint(Style::Heading, "Slabs in the usual beams of scanners, narrow, not calibrated")
    ))?;
    for beam in &info.beams {
        ui.data(format_args!("  {:<12} mean energy of the signal {:.0} keV", slabs::name(beam), beam.mean_energy))?;
    }
    ui.data(slabs::table(&info.beams))?;
    Ok(())
}

/// Writes a number with about three digits.
fn significant(value: Option<f64>) -> String {
    match value {
        None => "-".to_owned(),
        Some(v) if v >= 100.0 => format!("{v:.0}"),
        Some(v) if v >= 10.0 => format!("{v:.1}"),
        Some(v) if v >= 1.0 => format!("{v:.2}"),
        Some(v) => format!("{v:.4}"),
    }
}
