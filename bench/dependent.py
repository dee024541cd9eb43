#!/usr/bin/env python3
"""Workloads of dependent effects, as CSV. Same arguments, same bytes; memory does not grow with the rows.

    dependent.py nested|che|biv|crossed ROWS [SEED] > effects.csv

nested   study,es,yi,vi,x1              effects in studies (geometric number, mean 5), independent sampling errors
che      the same columns               sampling errors of a study correlated 0.6
biv      study,outcome,yi,vi            two outcomes per study, 15 % of the studies report one; errors correlated 0.6
crossed  study,instrument,es,yi,vi,x1   each effect of a study measured with an instrument drawn from 4 sqrt(ROWS / 10)
"""
import math
import random
import sys

MEAN_EFFECTS = 5
LARGEST_STUDY = 20
SIGMA2_STUDY = 0.06
SIGMA2_EFFECT = 0.04
SIGMA2_INSTRUMENT = 0.02
ERROR_CORRELATION = 0.6


def arm(draw):
    """Participants per arm: log-normal, median 40."""
    return max(8, min(2000, round(math.exp(draw.gauss(3.7, 0.7)))))


def nested(rows, draw, out, rho=0.0, instruments=0):
    out.write("study,instrument,es,yi,vi,x1\n" if instruments else "study,es,yi,vi,x1\n")
    effect_of = [math.sqrt(SIGMA2_INSTRUMENT) * draw.gauss(0, 1) for _ in range(instruments)]
    done = study = 0
    while done < rows:
        study += 1
        effects = 1
        while effects < LARGEST_STUDY and draw.random() > 1 / MEAN_EFFECTS:
            effects += 1
        effects = min(effects, rows - done)
        n1, n2, x1 = arm(draw), arm(draw), draw.gauss(0, 1)
        common = 0.3 + 0.08 * x1 + math.sqrt(SIGMA2_STUDY) * draw.gauss(0, 1)
        shared = draw.gauss(0, 1)
        for es in range(1, effects + 1):
            theta = common + math.sqrt(SIGMA2_EFFECT) * draw.gauss(0, 1)
            instrument = draw.randrange(instruments) if instruments else 0
            if instruments:
                theta += effect_of[instrument]
            vi = (n1 + n2) / (n1 * n2) + theta * theta / (2 * (n1 + n2))
            error = math.sqrt(rho) * shared + math.sqrt(1 - rho) * draw.gauss(0, 1)
            named = "%d,%d" % (study, instrument + 1) if instruments else "%d" % study
            out.write("%s,%d,%.6f,%.6f,%.4f\n" % (named, es, theta + math.sqrt(vi) * error, vi, x1))
        done += effects


def bivariate(rows, draw, out):
    out.write("study,outcome,yi,vi\n")
    done = study = 0
    while done < rows:
        study += 1
        n1, n2 = arm(draw), arm(draw)
        z = draw.gauss(0, 1), draw.gauss(0, 1)
        effect = 0.30 + 0.25 * z[0], 0.15 + 0.30 * (0.5 * z[0] + math.sqrt(0.75) * z[1])
        e = draw.gauss(0, 1)
        errors = e, ERROR_CORRELATION * e + math.sqrt(1 - ERROR_CORRELATION**2) * draw.gauss(0, 1)
        reported = (0, 1) if draw.random() > 0.15 else (draw.randrange(2),)
        for o in reported[:rows - done]:
            vi = (n1 + n2) / (n1 * n2) + effect[o]**2 / (2 * (n1 + n2))
            out.write("%d,%s,%.6f,%.6f\n" % (study, "AB"[o], effect[o] + math.sqrt(vi) * errors[o], vi))
        done += len(reported)


def main():
    kind, rows = sys.argv[1], int(sys.argv[2])
    draw = random.Random(int(sys.argv[3]) if len(sys.argv) > 3 else 1)
    if kind == "biv":
        bivariate(rows, draw, sys.stdout)
    elif kind == "crossed":
        nested(rows, draw, sys.stdout, instruments=max(4, round(4 * math.sqrt(rows / 10))))
    else:
        nested(rows, draw, sys.stdout, rho=ERROR_CORRELATION if kind == "che" else 0.0)


main()
