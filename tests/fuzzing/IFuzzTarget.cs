namespace ApiLb.Fuzzing;

/// <summary>A parser whose inputs are made by damaging real ones; <see cref="CorpusFuzz"/> makes them.</summary>
internal interface IFuzzTarget
{
    /// <summary>As <c>fuzz --parser</c> names it, and the folder of its corpus.</summary>
    string Name { get; }

    /// <summary>Real inputs, at least one.</summary>
    IReadOnlyList<byte[]> Seeds { get; }

    /// <summary>Words that mean something to the parser, and what often breaks such ones.</summary>
    IReadOnlyList<string> Fragments { get; }

    /// <summary>The longest input that is made; what the parser takes at most, or what takes milliseconds.</summary>
    int LongestInput => 8 * 1024;

    /// <summary>How many times more an input costs than one of the cheapest parser: the normal run tries so many fewer.</summary>
    int Cost => 1;

    /// <summary>Parses it and looks whether everything holds that must. Everything on the calling thread.</summary>
    /// <exception cref="FuzzFailedException">Something does not hold. Any other exception is one that the parser must not throw.</exception>
    void Try(byte[] input);
}
