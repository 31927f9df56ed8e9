//! A thermostat without an operating system.

#![no_std]

use core::time::Duration;

use errbook::Answer;

errbook::catalog!("errors.yaml");

/// A sensor on a bus.
pub trait Sensor {
    /// Measures, in degrees.
    fn measure(&mut self) -> Option<i32>;

    /// Waits.
    fn wait(&mut self, time: Duration);
}

/// The temperature. Asks again as often as the catalog says.
///
/// # Errors
///
/// If the sensor does not answer, or the temperature is too high.
pub fn temperature(sensor: &mut impl Sensor) -> Result<i32, Error> {
    let mut repeats = 0;
    loop {
        match (sensor.measure(), ErrorCode::NoSensor.retry().answer(repeats, None)) {
            (Some(degrees), _) if degrees > 80 => return Err(Error::too_hot(degrees)),
            (Some(degrees), _) => return Ok(degrees),
            (None, Answer::Wait(time)) => sensor.wait(time),
            (None, _) => return Err(Error::no_sensor()),
        }
        repeats += 1;
    }
}
