name
exec
len

