int int x;
BEGIN { }
