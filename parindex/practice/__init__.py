"""The practice years and the demonstration: invented agencies, simulated answers, one real year imported."""
