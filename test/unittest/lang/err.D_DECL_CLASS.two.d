auto self int x;
BEGIN { }
