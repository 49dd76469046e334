ended

