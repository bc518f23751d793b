#!/bin/sh
# The comparison of NAAS (arXiv 2105.13258, figure 10): within Eyeriss's resources, ResNet-50 on Eyeriss against searched
# hardware, searched mappings too, and a searched network too. Prints the table and the Pareto front, leaves front.svg.
# Usage: paper.sh BIN FOLDER [options of naas nas]. The paper: EDP 4.4 times lower (its chart: 4.88), accuracy +2.7 points.
# 78.83 is 2.7 points above 76.13, ResNet-50's top-1 as torchvision publishes it for its first weights; a later --min-accuracy wins.
bin=$1 folder=$2
shift 2
exec "$bin/naas" nas --space ofa-resnet50 --budget eyeriss --min-accuracy 78.83 --compare resnet50 --compare-accuracy 76.13 \
    --generations 6 --population 8 --subnet-generations 4 --subnet-population 12 --evaluations 100 --front 6 -o "$folder" "$@"
