namespace ApiLb.Fuzzing;

/// <summary>A parser of bytes from strangers, and what must hold for every input.</summary>
internal interface IFuzzedParser
{
    /// <summary>As <c>fuzz --parser</c> names it.</summary>
    string Name { get; }

    /// <summary>Inputs that the normal run tries.</summary>
    int NormalInputs { get; }

    /// <summary>Makes one input and tries it. Called very often: no files, no sockets.</summary>
    /// <param name="random">Decides everything, so that the same one makes the same input.</param>
    /// <exception cref="FuzzFailedException">Something does not hold.</exception>
    void Try(Random random);
}
