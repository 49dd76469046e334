11 from BEGIN
11 from BEGIN

