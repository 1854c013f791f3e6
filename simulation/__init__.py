"""The market on a made-up clock, disk, network and machine room, all drawn from one seed."""
