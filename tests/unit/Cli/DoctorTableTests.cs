using ApiLb.Cli;
using ApiLb.Doctor;
using Xunit;

namespace ApiLb.UnitTests.Cli;

public sealed class DoctorTableTests
{
    private static readonly DoctorReport Report = DoctorReport.Of(
    [
        Finding.Ok("nofile", "the daemon may open 1,048,576 files, which carry 481,691 connections"),
        Finding.Error("port", "[::]:6443 of listener api is held by haproxy (pid 812)", "stop it, or bind to another address"),
        Finding.Warning("clock", "[red]no markup[/]"),
    ]);

    [Fact]
    public void Pipe_IsPlainAndAligned() => Assert.Equal(
        """
        RESULT   CHECK   WHAT, AND WHAT TO DO
        ok       nofile  the daemon may open 1,048,576 files, which carry 481,691 connections
        error    port    [::]:6443 of listener api is held by haproxy (pid 812)
                         -> stop it, or bind to another address
        warning  clock   [red]no markup[/]

        1 error, 1 warning.

        """,
        Draw(10_000, hasColours: false));

    [Fact]
    public void Terminal_FitsItsWidth() => Assert.All(Draw(80, hasColours: false).Split('\n'), line => Assert.InRange(line.Length, 0, 80));

    [Fact]
    public void Colours_MarkTheSeverity() => Assert.Contains("\e[91merror", Draw(80, hasColours: true), StringComparison.Ordinal);

    [Fact]
    public void NothingWrong_SaysSo()
    {
        using var text = new StringWriter();
        new DoctorTable(Terminal.NewConsole(text, 80, hasColours: false)).Draw(DoctorReport.Of([Finding.Ok("port", "free")]));

        Assert.Contains("Nothing to do: 1 findings, no errors, no warnings.", text.ToString(), StringComparison.Ordinal);
    }

    private static string Draw(int width, bool hasColours)
    {
        using var text = new StringWriter();
        new DoctorTable(Terminal.NewConsole(text, width, hasColours)).Draw(Report);
        return string.Join('\n', text.ToString().Split('\n').Select(l => l.TrimEnd()));
    }
}
