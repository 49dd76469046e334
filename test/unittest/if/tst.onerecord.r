14end

