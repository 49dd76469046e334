#!/bin/sh
exec awk 'NF { print $1, ($2 > 0) }'
