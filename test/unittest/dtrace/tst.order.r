BEGIN
tick
END

