#!/bin/sh
# The colours of show/assets/picture.css, in light and dark: those of series stand out from the ground (contrast ratio of WCAG 2.1),
# text does so clearly, and people with deuteranopia or protanopia can tell series apart (CIE 1976 colour difference of what they see
# by Machado, Oliveira and Fernandes 2009, tables for severity 1). Usage: colors.sh picture.css
tr -d '\n' <"$1" | sed 's/@media/\n&/' | awk '
function part(hex, i,    v) { v = index("0123456789abcdef", substr(hex, 2 * i, 1)) * 16 + index("0123456789abcdef", substr(hex, 2 * i + 1, 1)) - 17
    v /= 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ^ 2.4 }
function clip(v) { return v < 0 ? 0 : v > 1 ? 1 : v }
function f(t) { return t > 0.008856 ? t ^ (1 / 3) : 7.787 * t + 16 / 116 }
function luminance(n) { return 0.2126 * rgb[n, 1] + 0.7152 * rgb[n, 2] + 0.0722 * rgb[n, 3] }
function contrast(a, b,    x, y) { x = luminance(a) + 0.05; y = luminance(b) + 0.05; return x > y ? x / y : y / x }
function see(n, who,    k, r) {
    for (k = 1; k <= 3; k++) r[k] = clip(m[who, k, 1] * rgb[n, 1] + m[who, k, 2] * rgb[n, 2] + m[who, k, 3] * rgb[n, 3])
    fx = f((0.4124 * r[1] + 0.3576 * r[2] + 0.1805 * r[3]) / 0.9505); fy = f(0.2126 * r[1] + 0.7152 * r[2] + 0.0722 * r[3])
    fz = f((0.0193 * r[1] + 0.1192 * r[2] + 0.9505 * r[3]) / 1.089)
    lab[1] = 116 * fy - 16; lab[2] = 500 * (fx - fy); lab[3] = 200 * (fy - fz) }
function apart(a, b, who,    x, y, z) { see(a, who); x = lab[1]; y = lab[2]; z = lab[3]; see(b, who)
    return sqrt((x - lab[1]) ^ 2 + (y - lab[2]) ^ 2 + (z - lab[3]) ^ 2) }
function least(what, value, wanted) { if (value < wanted) { printf "%s: %s is %.2f, not %g\n", NR == 1 ? "light" : "dark", what, value, wanted; bad = 1 } }
function matrix(who, text,    v, k) { split(text, v, " "); for (k = 0; k < 9; k++) m[who, int(k / 3) + 1, k % 3 + 1] = v[k + 1] }
BEGIN { matrix("everybody", "1 0 0 0 1 0 0 0 1")
    matrix("deuteranopes", "0.367322 0.860646 -0.227968 0.280085 0.672501 0.047413 -0.011820 0.042940 0.968881")
    matrix("protanopes", "0.152286 1.052583 -0.204868 0.114503 0.786281 0.099216 -0.003882 -0.048116 1.051998") }
{ text = $0
  while (match(text, /--[a-z0-9]+: #[0-9a-f]+/)) { split(substr(text, RSTART + 2, RLENGTH - 2), pair, ": "); seen++
      for (i = 1; i <= 3; i++) rgb[pair[1], i] = part(pair[2], i); text = substr(text, RSTART + RLENGTH) }
  least("contrast of text", contrast("ink", "ground"), 7); least("contrast of secondary text", contrast("soft", "ground"), 4.5)
  for (a = 0; a < 9; a++) { least("contrast of c" a, contrast("c" a, "ground"), 2.9)
      for (b = 0; b < a; b++) for (i = 1; i <= 3; i++) { who = i == 1 ? "everybody" : i == 2 ? "deuteranopes" : "protanopes"
          least("difference of c" b " and c" a " for " who, apart("c" a, "c" b, who), 10) } } }
END { if (seen < 20) { print "no colours found"; bad = 1 } exit bad }'
