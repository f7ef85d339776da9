//! Container: is it HDF5, is it whole, can it be read.

use super::{Needs, Rule};
use crate::Error;
use crate::validate::checks::Checks;
use crate::validate::context::Context;
use crate::validate::head::Head;
use crate::validate::refusal::{code_of, refused};
use crate::validate::{FindingCode as C, Place, Topic};

pub(super) const RULES: &[Rule] = &[
    Rule {
        codes: &[C::ContainerEmpty, C::ContainerNotHdf5, C::ContainerNamesake, C::ContainerPrefixed],
        needs: Needs::Source,
        run: signature,
    },
    Rule { codes: &[C::ContainerTruncated, C::ContainerTrailingBytes], needs: Needs::Source, run: size },
    Rule {
        codes: &[C::ContainerDamaged, C::ContainerUnsupported, C::ContainerLimit, C::ContainerUnreadable],
        needs: Needs::Source,
        run: reading,
    },
];

fn signature(context: &Context, checks: &mut Checks<'_>) {
    let Ok(head) = context.head() else { return };
    checks.that(C::ContainerEmpty, *head != Head::Empty, |at| at(Place::File).found("0 bytes"));
    checks.that(C::ContainerNamesake, *head != Head::Namesake, |at| at(Place::Offset(0)));
    let offset = match head {
        Head::Prefixed { offset } => Some(*offset),
        _ => None,
    };
    checks.that(C::ContainerPrefixed, offset.is_none(), |at| {
        at(Place::Offset(0))
            .expected("the HDF5 signature")
            .found(format_args!("{} other bytes before it", offset.unwrap_or_default()))
    });
    let foreign = match head {
        Head::Foreign { first } => Some(first),
        _ => None,
    };
    checks.that(C::ContainerNotHdf5, foreign.is_none(), |at| {
        let found: Vec<String> = foreign.into_iter().flatten().map(|b| format!("{b:02x}")).collect();
        at(Place::Offset(0)).expected("89 48 44 46 0d 0a 1a 0a").found(found.join(" "))
    });
}

fn size(context: &Context, checks: &mut Checks<'_>) {
    let Ok(Head::Hdf5 { end: Some(end) }) = context.head() else { return };
    let (end, len) = (*end, context.source().len());
    let bytes = |n: u64| format!("{n} bytes");
    checks.that(C::ContainerTruncated, end <= len, |at| at(Place::Offset(len)).expected(bytes(end)).found(bytes(len)));
    checks.that(C::ContainerTrailingBytes, end >= len, |at| {
        at(Place::Offset(end)).expected(bytes(end)).found(bytes(len))
    });
}

/// Reports why the file cannot be read, unless the signature or the size has explained it already.
fn reading(context: &Context, checks: &mut Checks<'_>) {
    let unread: Option<&Error> = context.head().err().or(context.refusal());
    let explained = match context.head() {
        Ok(Head::Hdf5 { end }) => end.is_some_and(|end| end > context.source().len()),
        Ok(_) => true,
        Err(_) => false,
    };
    if explained {
        return;
    }
    let code = unread.map(code_of).filter(|c| c.topic() == Topic::Container);
    for own in [C::ContainerDamaged, C::ContainerUnsupported, C::ContainerLimit, C::ContainerUnreadable] {
        if code != Some(own) {
            checks.that(own, true, |at| at(Place::File));
        }
    }
    if let (Some(e), Some(_)) = (unread, code) {
        refused(checks, e, "");
    }
}
