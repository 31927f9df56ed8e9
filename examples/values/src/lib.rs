//! Details with types of other crates.

/// The errors. Dates and UUIDs have real types, and a number of seats is never negative.
pub mod errors {
    errbook::catalog!("errors.yaml", types(uuid = uuid::Uuid, date_time = jiff::Timestamp, seats = u32));
}

use errors::{Error, TakenRequired};

macro_rules! operation {
    ($($operation:tt)*) => {
        errbook::operation!(
            "errors.yaml",
            $($operation)*,
            types(uuid = uuid::Uuid, date_time = jiff::Timestamp, seats = u32)
        );
    };
}
operation!(pub BookError: crate::errors::Error, [taken]);
operation!(pub MoveError: crate::errors::Error, [taken, over], from(BookError));

/// The error of a booking.
#[must_use]
pub fn taken(booking: uuid::Uuid, until: jiff::Timestamp, seats: u32) -> Error {
    Error::taken(TakenRequired { booking: booking.into(), until: until.into(), seats: seats.into() })
}

#[cfg(test)]
mod tests {
    #[test]
    fn values_are_sent_as_the_catalog_says() {
        let booking = uuid::Uuid::from_u128(0x0189_0a5d_ac96_774b_bcce_b302_099a_8057);
        let error = super::taken(booking, jiff::Timestamp::UNIX_EPOCH, 2);
        assert_eq!(error.to_string(), "2 seats are taken until 1970-01-01T00:00:00Z");
        let body = serde_json::to_value(error.body(&super::errors::Context::new())).unwrap();
        assert_eq!(body["booking"], "01890a5d-ac96-774b-bcce-b302099a8057");
    }
}
