import type uPlot from 'uplot'

/**
 * Where a line must break: between two values of a series more than `seconds` apart. Times at which only another series
 * has a value are no gap (uPlot tells them apart as `undefined`).
 */
export function gapsLongerThan(seconds: number): uPlot.Series.GapsRefiner {
  return (plot, seriesIndex, from, to) => {
    const times = plot.data[0]
    const values = plot.data[seriesIndex] ?? []
    const gaps: uPlot.Series.Gaps = []
    let before: number | undefined
    for (let index = from; index <= to; index++) {
      const time = times[index]
      if (time === undefined || typeof values[index] !== 'number') continue
      if (before !== undefined && time - before > seconds) {
        gaps.push([plot.valToPos(before, 'x', true), plot.valToPos(time, 'x', true)])
      }
      before = time
    }
    return gaps
  }
}
