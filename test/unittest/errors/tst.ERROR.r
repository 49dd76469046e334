probe 1 fault 4
end

