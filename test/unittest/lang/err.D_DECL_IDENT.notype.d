self x;
BEGIN { }
