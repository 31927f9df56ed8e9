fn a() { "open }
