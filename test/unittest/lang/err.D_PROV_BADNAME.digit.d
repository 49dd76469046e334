provider p3 { probe x(); };
