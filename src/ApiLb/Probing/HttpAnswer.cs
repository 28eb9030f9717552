namespace ApiLb.Probing;

/// <summary>A whole HTTP answer, or why there is none.</summary>
/// <param name="Failure">Null when there is an answer.</param>
/// <param name="Status">The HTTP status; 0 when there is no answer.</param>
/// <param name="Body">The body, at most as long as asked for.</param>
internal readonly record struct HttpAnswer(ProbeVerdict? Failure, int Status, byte[] Body)
{
    public static HttpAnswer Failed(ProbeVerdict verdict) => new(verdict, 0, []);
}
