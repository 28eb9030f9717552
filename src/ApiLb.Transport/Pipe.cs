namespace ApiLb.Transport;

/// <summary>A kernel pipe through which a relay splices bulk data without copying it into the process.</summary>
internal sealed class Pipe(int readEnd, int writeEnd)
{
    public int ReadEnd { get; } = readEnd;

    public int WriteEnd { get; } = writeEnd;

    /// <summary>Bytes that went in and have not come out.</summary>
    public int Filled { get; set; }

    public void Close()
    {
        Native.Close(ReadEnd);
        Native.Close(WriteEnd);
    }
}
