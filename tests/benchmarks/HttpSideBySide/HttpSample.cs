namespace ApiLb.Benchmarks.HttpSideBySide;

/// <summary>One figure set of one program under one load.</summary>
/// <param name="Program">Which.</param>
/// <param name="Load">By which protocol.</param>
/// <param name="RequestsPerSecond">As the generator saw it.</param>
/// <param name="CpuPerRequest">Microseconds of user and system time of the program's processes.</param>
/// <param name="NinetyNinth">Milliseconds.</param>
internal sealed record HttpSample(string Program, string Load, double RequestsPerSecond, double CpuPerRequest, double NinetyNinth);
