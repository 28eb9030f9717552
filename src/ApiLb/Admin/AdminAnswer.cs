using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ApiLb.Admin.Page;
using Microsoft.AspNetCore.Http;

namespace ApiLb.Admin;

/// <summary>An answer of the admin surface.</summary>
/// <param name="Code">The HTTP status.</param>
/// <param name="Type">The content type.</param>
/// <param name="Body">All of it.</param>
internal readonly record struct AdminAnswer(int Code, string Type, byte[] Body)
{
    /// <summary>Beside those that every answer has.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>What is written after the body for as long as the client stays; null: nothing. Whoever has the answer disposes it.</summary>
    public PageSubscription? Follow { get; init; }

    /// <summary>How a refusal that is meant for people begins.</summary>
    public const string Refusal = "apilb: ";

    private const string PlainText = "text/plain; charset=utf-8";
    private const string JsonType = "application/json; charset=utf-8";

    public static AdminAnswer Text(string text, int code = StatusCodes.Status200OK) => new(code, PlainText, Encoding.UTF8.GetBytes(text));

    public static AdminAnswer Json<T>(T value, JsonTypeInfo<T> type) =>
        new(StatusCodes.Status200OK, JsonType, JsonSerializer.SerializeToUtf8Bytes(value, type));

    /// <summary>The request made sense to nobody; <paramref name="why"/> says what to do.</summary>
    public static AdminAnswer Refused(string why, int code = StatusCodes.Status400BadRequest) => Text($"{Refusal}{why}\n", code);
}
