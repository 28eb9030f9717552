using ApiLb.Admin;
using Spectre.Console;

namespace ApiLb.Cli;

/// <summary>How what is said about a backend is painted.</summary>
internal static class BackendText
{
    public static Style StyleOf(BackendStatus backend) => (backend.Mode, backend.Status) switch
    {
        (not "ready", _) => Paint.Doubtful,
        (_, "ready") => Paint.Good,
        (_, "dead") => Paint.Bad,
        (_, "unknown") => Paint.Faint,
        _ => Paint.Doubtful,
    };
}
