"""Ways of deciding which task runs next: pure, seeded, one small file each."""
