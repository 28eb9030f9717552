using System.Diagnostics;
using System.Globalization;
using ApiLb.Fuzzing;

namespace ApiLb.Benchmarks.Fuzzing;

/// <summary>
/// Inputs that reach branches which none before reached, or another number of times, are kept and damaged further. Those that reached new
/// ones are written to <c>artifacts/fuzz/TARGET/new</c>, as small as they still reach them.
/// </summary>
internal static class GuidedFuzz
{
    /// <summary>Of each input that is written; a run finds hundreds.</summary>
    private const int MostTries = 300;

    /// <returns>0 when nothing was found.</returns>
    public static int Run(CorpusFuzz target, int seed, long inputs)
    {
        var started = Stopwatch.GetTimestamp();
        var map = new CoverageMap();
        List<byte[]> queue = [];
        var random = FuzzRun.RandomOf(seed, 0);
        foreach (var input in target.Target.Seeds.Concat(FuzzCorpus.Of(target.Name).Select(f => f.Content)))
        {
            if (!TryTake(target, map, input, queue, out _))
            {
                return 1;
            }
        }

        var before = (Queue: queue.Count, map.Reached);
        var mutation = new Mutation(queue, target.Target.Fragments, target.Target.LongestInput);
        var written = 0;
        for (long number = 0; number < inputs; number++)
        {
            // The latest are damaged more often: what is behind new code is new too.
            var input = mutation.Change(random, queue[random.Next(3) == 0 ? random.Next(queue.Count) : queue.Count - 1 - random.Next(Math.Min(queue.Count, 64))]);
            if (!TryTake(target, map, input, queue, out var places))
            {
                return 1;
            }

            if (places.Count > 0)
            {
                written++;
                FuzzArtifacts.Keep(target, "new", FuzzShrink.Shrink(input, smaller => Reaches(target, smaller, places), MostTries));
            }
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{target.Name}: {inputs} inputs of seed {seed}, no failure, {Stopwatch.GetElapsedTime(started).TotalSeconds:F1} s; branches {before.Reached} -> {map.Reached}, kept {before.Queue} -> {queue.Count}, written {written}"));
        return 0;
    }

    /// <summary>Tries one input, keeps it when it reached something new, and tells the places that it was the first to reach.</summary>
    /// <returns>False when it failed.</returns>
    private static bool TryTake(CorpusFuzz target, CoverageMap map, byte[] input, List<byte[]> queue, out HashSet<int> places)
    {
        places = [];
        CoverageMap.Clear();
        if (FuzzArtifacts.FailureOf(target, input) is { } failure)
        {
            Console.Error.WriteLine(failure);
            FuzzArtifacts.KeepFailure(target, input);
            return false;
        }

        if (map.TakeNew(places))
        {
            queue.Add(input);
        }

        return true;
    }

    private static bool Reaches(CorpusFuzz target, byte[] input, HashSet<int> places)
    {
        CoverageMap.Clear();
        return FuzzArtifacts.FailureOf(target, input) is null && CoverageMap.Has(places);
    }
}
