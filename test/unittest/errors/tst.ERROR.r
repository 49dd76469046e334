probe 1 fault 4 value 0
end

