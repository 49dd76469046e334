three
not four
done

