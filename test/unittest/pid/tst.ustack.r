1
              stack`innermost
              stack`middle+0x9
              stack`outermost+0x9
              stack`main+0x9

              stack`innermost
stack`middle+0x9

              stack`middle+0x9
              stack`outermost+0x9
              stack`main+0x9
stack`middle+0x9

