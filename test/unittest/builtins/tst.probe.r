1 [dtrace] [] [] [BEGIN]
2 [dtrace] [] [] [END]

