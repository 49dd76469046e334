all own
all own

