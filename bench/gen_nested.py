#!/usr/bin/env python3
"""Effects nested in studies, as CSV: study,es,yi,vi. Same arguments, same bytes; memory does not grow with the rows.

    gen_nested.py ROWS [SEED] > nested.csv

Studies have a geometric number of effects (mean 5, at most 20). The true components are 0.06 between studies and 0.04
within; sampling variances are those of standardised mean differences of 10 to 200 participants per arm.
"""
import math
import random
import sys

MEAN_EFFECTS = 5
LARGEST_STUDY = 20
SIGMA2_STUDY = 0.06
SIGMA2_EFFECT = 0.04


def main():
    rows = int(sys.argv[1])
    draw = random.Random(int(sys.argv[2]) if len(sys.argv) > 2 else 1)
    out = sys.stdout
    out.write("study,es,yi,vi\n")
    done = study = 0
    while done < rows:
        study += 1
        effects = 1
        while effects < LARGEST_STUDY and draw.random() > 1 / MEAN_EFFECTS:
            effects += 1
        effects = min(effects, rows - done)
        n = draw.randint(10, 200)
        common = 0.3 + math.sqrt(SIGMA2_STUDY) * draw.gauss(0, 1)
        for es in range(1, effects + 1):
            theta = common + math.sqrt(SIGMA2_EFFECT) * draw.gauss(0, 1)
            vi = 2 / n + theta * theta / (4 * n)
            out.write("%d,%d,%.6f,%.6f\n" % (study, es, theta + math.sqrt(vi) * draw.gauss(0, 1), vi))
        done += effects


main()
