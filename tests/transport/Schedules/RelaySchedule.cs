namespace ApiLb.TransportTests.Schedules;

/// <summary>Random steps of both sides, the same for the same seed, in an order that a model can follow: nobody reads what nobody sends.</summary>
internal static class RelaySchedule
{
    /// <summary>What either side sends at most: more than all buffers between the two hold.</summary>
    public const int MostBytes = 24 * 1024 * 1024;

    private const int MostSteps = 24;

    /// <summary>One byte, small messages, the relay's buffer and its neighbours, a pipe, and enough to stall.</summary>
    private static readonly int[] Sizes = [1, 1, 100, 1_000, 16_383, 16_384, 16_385, 65_536, 65_537, 300_000, 1_048_576, 7_000_000];

    public static IReadOnlyList<RelayStep> Of(int seed)
    {
        var random = new Random(seed);
        List<RelayStep> steps = [];
        Side client = new(), backend = new();
        var length = random.Next(1, MostSteps);
        while (steps.Count < length)
        {
            var isClient = random.Next(2) == 0;
            var (own, other) = isClient ? (client, backend) : (backend, client);
            var step = Next(random, isClient, own, other);
            if (step is { } taken)
            {
                steps.Add(taken);
                if (taken.Act == RelayAct.Reset)
                {
                    break;
                }
            }
        }

        return steps;
    }

    private static RelayStep? Next(Random random, bool isClient, Side own, Side other)
    {
        switch (random.Next(20))
        {
            case < 9 when !own.HasFinished:
                var size = Sizes[random.Next(Sizes.Length)];
                if (own.Sent + size > MostBytes)
                {
                    return null;
                }

                own.Sent += size;
                return new RelayStep(isClient, RelayAct.Send, size);
            case < 17 when other.Sent > own.Read:
                var count = random.Next(1, other.Sent - own.Read + 1);
                own.Read += count;
                return new RelayStep(isClient, RelayAct.Read, count);
            case 17 or 18 when !own.HasFinished:
                own.HasFinished = true;
                return new RelayStep(isClient, RelayAct.Finish, 0);
            case 19:
                return new RelayStep(isClient, RelayAct.Reset, 0);
            default:
                return null;
        }
    }

    private sealed class Side
    {
        public int Sent { get; set; }

        public int Read { get; set; }

        public bool HasFinished { get; set; }
    }
}
