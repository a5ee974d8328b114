"""The appliances of Zimbabwean homes, each as power, ownership, hours and minutes of use.

All figures are assumptions unless a source stands beside them: no measured Zimbabwean load
profile was found. They are held to three yardsticks by tests: five LEDs and a two-plate cooker
use about 50 kWh a month (ZESA, Herald, 31 October 2019), a stove is about 20 % of a bill and a
geyser about 40 % (herald.co.zw, how to save electricity), and homes together peak between 05:00
and 10:00 and between 17:00 and 22:00 (ZESA, unitedsouthafrican.com, 13 May 2019). Powers are
those printed on common appliances; a thermostat's rests are taken off the minutes.

The electric geyser and the electric car are not here: they can wait, so the engine moves them.
"""
