using System.Numerics;
using System.Runtime.InteropServices;
using SharpFuzz.Common;

namespace ApiLb.Benchmarks.Fuzzing;

/// <summary>
/// How often each branch of the instrumented assemblies ran, and whether ever before: AFL's map (its technical details, chapter 1), with its
/// eight classes of how often. One for the process; not thread-safe.
/// </summary>
internal sealed unsafe class CoverageMap
{
    private const int Size = 1 << 16;

    /// <summary>Never freed: what is instrumented writes there for as long as the process lives.</summary>
    private static readonly byte* Map = (byte*)NativeMemory.AllocZeroed(Size);

    private readonly byte[] _seen = new byte[Size];

    /// <summary>Places of the map that some input reached.</summary>
    public int Reached => Size - _seen.AsSpan().Count((byte)0);

    /// <summary>Before anything that is instrumented runs.</summary>
    public static void Begin() => Trace.SharedMem = Map;

    /// <summary>Call it before each input.</summary>
    public static void Clear()
    {
        new Span<byte>(Map, Size).Clear();
        Trace.PrevLocation = 0;
    }

    /// <summary>Remembers what ran since <see cref="Clear"/>.</summary>
    /// <param name="places">Those that never ran before; empty when some only ran more or less often.</param>
    /// <returns>Whether anything about it is new.</returns>
    public bool TakeNew(HashSet<int> places)
    {
        var isNew = false;
        for (var at = 0; at < Size; at += sizeof(ulong))
        {
            for (var place = at; *(ulong*)(Map + at) != 0 && place < at + sizeof(ulong); place++)
            {
                var often = (byte)(Map[place] == 0 ? 0 : 1 << BitOperations.Log2(Map[place]));
                if ((often & ~_seen[place]) != 0)
                {
                    isNew = true;
                    _ = _seen[place] == 0 && places.Add(place);
                    _seen[place] |= often;
                }
            }
        }

        return isNew;
    }

    /// <summary>All of these ran since <see cref="Clear"/>.</summary>
    public static bool Has(IEnumerable<int> places) => places.All(place => Map[place] != 0);
}
