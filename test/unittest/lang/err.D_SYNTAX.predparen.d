BEGIN /(1 / { }
