/nonexistent/file 17
file

