/* GRM-09, GRM-10: inlines */
inline int limit = 3 + 4;
inline string names[int i] = i == 0 ? "zero" : "more";
inline int both[int a, string b] = a;
inline uint64_t now = timestamp, 1;
