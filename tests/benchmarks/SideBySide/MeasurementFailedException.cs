namespace ApiLb.Benchmarks.SideBySide;

/// <summary>A measurement gave no figure; the message tells the reader of the report why.</summary>
internal sealed class MeasurementFailedException : Exception
{
    public MeasurementFailedException()
    {
    }

    public MeasurementFailedException(string message)
        : base(message)
    {
    }

    public MeasurementFailedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
