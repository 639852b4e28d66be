#!/bin/sh
# Makes the plots of docs/backtest.md, from the root of a clone that is built: the two backtests train
# some 130 small models at first (about five minutes on two quiet cores), and none when run again.
set -eu
millrace="node $PWD/dist/bin/millrace.cjs"
plots="$PWD/docs/images"
examples="$PWD/pipelines/examples"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

cd "$examples/bike-demand"
$millrace backtest bike-demand.yaml --data data/bike-hours.parquet --every 7d --svg "$scratch/bike"

mkdir -p "$examples/sea/data"
cd "$examples/sea"
node generate.mjs > data/sea.csv
$millrace backtest sea.yaml --data data/sea.csv --every 7d \
  --drifts 2024-03-11,2024-05-20,2024-07-29 --svg "$scratch/sea"

for stream in bike sea; do
  for picture in error regret cost; do
    mv "$scratch/$stream/$picture.svg" "$plots/backtest-$stream-$picture.svg"
  done
done
